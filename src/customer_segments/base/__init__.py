"""What everything stands on: errors, words, columns, the contract, the table engine, parameters."""
