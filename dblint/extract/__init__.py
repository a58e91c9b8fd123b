"""From files to facts: `reading` has the bytes, `file` what one file says; `gather` asks for all, of workers and of memory."""
