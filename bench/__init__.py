"""What the exchange is measured with. Run by `trueman bench`; nothing here is ever asserted as a time."""
