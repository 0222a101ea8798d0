"""One folder per outside system, each with a `build(settings)` that `config/wiring` calls.

The folder's name is what a city's profile says (`bank: bank_http`); nothing else knows it.
"""
