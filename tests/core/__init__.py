"""What decides, by tables of arguments."""
