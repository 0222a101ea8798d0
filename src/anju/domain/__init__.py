"""The pure core: decides, and knows neither database, clock nor network."""
