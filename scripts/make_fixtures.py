#!/usr/bin/env python3
"""Makes the conformance fixtures of tests/data with real Keras (see scripts/fixtures/requirements.txt).

    make_fixtures.py                       makes all of them
    make_fixtures.py --only layers models  makes some groups
    make_fixtures.py --check               makes them in a temporary folder and compares with those committed
"""

import argparse
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from fixtures import adapted, applications, arrays, boxes, check, datasets, directories, distributions, embeddings, feature_spaces, functions, grad_cam, hdf5_tables, hostile, image_generator, keras1, layers, legacy, lookup, masks, mixed_precision, models, names, operations, ops, pictures, sharded, sparse, tensorboard, training, utilities

DATA = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data"
GROUPS = {
    "adapted": adapted.make,
    "applications": applications.make,
    "arrays": arrays.make,
    "boxes": boxes.make,
    "datasets": datasets.make,
    "directories": directories.make,
    "embeddings": embeddings.make,
    "feature_spaces": feature_spaces.make,
    "functions": functions.make,
    "grad_cam": grad_cam.make,
    "hostile": hostile.make,
    "image_generator": image_generator.make,
    "keras1": keras1.make,
    "layers": layers.make,
    "legacy": legacy.make,
    "lookup": lookup.make,
    "masks": masks.make,
    "mixed_precision": mixed_precision.make,
    "models": models.make,
    "names": names.make,
    "operations": operations.make,
    "ops": ops.make,
    "pictures": pictures.make,
    "random": distributions.make,
    "sharded": sharded.make,
    "sparse": sparse.make,
    "tensorboard": tensorboard.make,
    "tables": hdf5_tables.make,
    "training": training.make,
    "utils": utilities.make,
}


def make(groups, root):
    for group in groups:
        shutil.rmtree(root / group, ignore_errors=True)  # or a case that was renamed would stay
        print(f"{group}: {GROUPS[group](root / group)} cases", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=sorted(GROUPS), default=list(GROUPS), metavar="GROUP")
    parser.add_argument("--check", action="store_true", help="compare afresh made fixtures with those committed")
    parser.add_argument("--out", type=pathlib.Path, default=DATA, help="root folder to write to")
    arguments = parser.parse_args()
    if not arguments.check:
        make(arguments.only, arguments.out)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(arguments.only, pathlib.Path(folder))
        differences = [
            line
            for group in arguments.only
            for line in check.compare_folders(arguments.out / group, pathlib.Path(folder) / group)
        ]
    for line in differences:
        print(line)
    print(f"{len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
