"""The desk: what an agent sees and does. Qt lives here and nowhere else."""
