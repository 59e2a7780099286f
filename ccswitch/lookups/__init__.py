"""Look-ups: what scripts may ask somebody outside, over HTTP, and how it is asked without holding anybody up.

| file | what |
|---|---|
| `definition.py` | what a site says of a look-up, and what is wrong with that |
| `address.py` | an address with its parameters filled in |
| `answers.py` | what an answer means, and the texts that are taken from it |
| `client.py` | one question over HTTP |
| `asking.py` | one look-up: its limits, tries, memory and breaker |
| `lookups.py` | all of them: requests in, facts out |
"""
