"""A fitted study as plain numbers: any customer's segment, with numpy alone."""
