"""Anju 安居: the open-source Housing Provident Fund platform."""
