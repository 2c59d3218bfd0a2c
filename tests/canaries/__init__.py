"""The desk as a process of its own, what is planted in it, and the search for it in all that it leaves."""
