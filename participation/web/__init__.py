"""Web: what every page needs of HTTP (access, forms, headers, errors, kept pages); knows no domain."""
