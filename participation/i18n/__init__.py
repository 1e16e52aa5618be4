"""Language of the interface: dates, eras and numbers as people in Japan write them."""
