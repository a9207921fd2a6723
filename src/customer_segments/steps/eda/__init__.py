"""What did we receive? A module per question that is asked of the tables before anything is repaired."""
