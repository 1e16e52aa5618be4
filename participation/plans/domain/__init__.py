"""Pure rules of plans: trees, reading documents into trees, comparing and relating them."""
