"""What the gate costs, measured. Each module is a program: `python -m bench.table`."""
