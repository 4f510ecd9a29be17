"""Kinds of columns, and the class that all tables of the models have in common."""

from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Numeric, SmallInteger, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING_CONVENTION = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

Small = Annotated[int, mapped_column(SmallInteger)]
Number = Annotated[int, mapped_column(Integer)]
Big = Annotated[int, mapped_column(BigInteger)]
Sum = Annotated[Decimal, mapped_column(Numeric(38, 0))]
String = Annotated[str, mapped_column(Text)]
Blob = Annotated[bytes, mapped_column(LargeBinary)]
NumberKey = Annotated[int, mapped_column(Integer, primary_key=True, autoincrement=False)]
BigKey = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]
StringKey = Annotated[str, mapped_column(Text, primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
