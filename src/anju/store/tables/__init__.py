"""Tables from outside: workbooks and delimited text, read apart and bounded, business-free."""
