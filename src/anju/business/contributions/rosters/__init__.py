"""People enrolled from a file (人员名册导入): read, checked, shown, mended, confirmed once."""
