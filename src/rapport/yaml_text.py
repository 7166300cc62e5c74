"""YAML as people write it: read fast; a name that stands twice is a mistake that is told, not a line that silently loses."""

from functools import cache


def parse_yaml(text: str) -> object:
    """The content of a YAML document.

    Raises:
        yaml.YAMLError: it is not YAML, or a mapping has a name twice; the message names the line.
    """
    import yaml

    return yaml.load(text, Loader=_loader())


@cache
def _loader() -> type:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # a tenth of the time, where libyaml is there
        """A safe loader that refuses doubled names."""

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key, _ in node.value:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} stands here a second time: keep one", key.start_mark
                )
            if isinstance(key.value, str):
                seen.add(key.value)
        return loader.construct_mapping(node, deep=deep)

    def constructed(loader: yaml.SafeLoader, node: yaml.MappingNode):
        content: dict = {}
        yield content
        content.update(mapping(loader, node))

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, constructed)
    return Loader
