"""Decision tables: cells, the index over them, hit policies, and the check for gaps."""
