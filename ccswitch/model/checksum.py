"""Check digits of numbers that people type."""

from __future__ import annotations

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # twice a digit, its own digits added


def luhn(digits: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1, annex B); False for what is no number."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    numbers = [int(digit) for digit in reversed(digits)]
    return (sum(numbers[0::2]) + sum(DOUBLED[number] for number in numbers[1::2])) % 10 == 0
