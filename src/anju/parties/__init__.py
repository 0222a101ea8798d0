"""Members, employers, staff, their credentials and bank cards, and who may act for whom."""
