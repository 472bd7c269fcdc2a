"""Lesions of filters: made, searched for, and evaluated. Tensors in, tables out."""
