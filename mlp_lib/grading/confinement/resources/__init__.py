"""What a sandbox uses of the machine: memory and processes, its processor, its group."""
