"""A second witness of the trade log: it decides nothing, and knows which outcomes there may be.

For a continuous double auction a book that is never crossed, price-time priority and conservation leave one outcome
alone. So whoever keeps a mirror of the book from what was told can hold every fill against these properties, without
deciding a single command. That is another method than the core's and its naive twin's, and it shares no code with them:
of the core it imports the tables of records, their decoder and the names of numbers.
"""
