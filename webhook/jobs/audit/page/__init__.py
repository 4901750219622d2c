"""The report of an audit as one HTML file, for people with a browser and nothing else.

`groups` says what stands where, `rows` what is said of an image, and `page` writes it, with `report.html`, its style
and its script. The file asks nobody for anything, and its own policy forbids it to. It can be read without its script,
which only hides what is not searched for.
"""
