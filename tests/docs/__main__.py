"""Write what of the guide is made from the code: `python -m tests.docs`."""

from tests.docs.generated import PARTS
from tests.docs.pages import DOCS, rewrite
from tests.docs.schemas import CONTRACTS, FOLDER, schema_text

FOLDER.mkdir(exist_ok=True)
for name in CONTRACTS:
    (FOLDER / f"{name}.schema.json").write_text(schema_text(name))
for page, parts in PARTS.items():
    rewrite(DOCS / page, parts())
