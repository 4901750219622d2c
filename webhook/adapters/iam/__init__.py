"""Identity towards Yandex Cloud: where the IAM token comes from, and how it is kept fresh.

One module for each way to a token; `keeper` holds what they give. No token or key leaves this folder but in a
header of a call.
"""
