"""All files as one program: what an import means, which names a file sees, what a name is defined as."""
