"""Work beside the admission path. Each job does its work once, as a command of its own."""
