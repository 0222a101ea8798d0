"""What an employer changes for a contribution year: bases (基数调整) and ratios (比例调整)."""
