"""Studies: many runs that differ in what is varied, compared by their loss on the validation rows."""
