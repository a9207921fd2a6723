"""What are they worth? Who is a customer still, and the orders and value to expect (BG/NBD and Gamma-Gamma)."""
