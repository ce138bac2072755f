"""A small synthetic country: invented master lists with known defects, and their seeded generator.

Nothing here comes from a real list; only the code lists (governorates, districts, shelter types, waves,
rounds) are real. Entry point: :func:`sample_data.generator.write`.
"""
