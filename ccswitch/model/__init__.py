"""The nouns and verbs of the house: ids and nouns, facts and orders (in), outcomes (kept), requests (out)."""
