"""Charts in IBCS notation, drawn as SVG: actual solid dark, prior light, plan outlined; every axis starts at zero."""
