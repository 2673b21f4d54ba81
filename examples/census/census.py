# SPDX-License-Identifier: BSL-1.0
'''What a Python source file holds, as (kind, name, number) facts.'''
import ast
import warnings
from collections import Counter

warnings.simplefilter('ignore')  # the files' own invalid escapes are not our concern


def size_class(source):
    for limit, name in ((1_000, '1: below 1 KB'), (10_000, '2: 1 to 10 KB'), (100_000, '3: 10 to 100 KB')):
        if len(source) < limit:
            return name
    return '4: 100 KB and more'


def facts(file):
    path, source = file
    try:
        tree = ast.parse(source, path)
    except (SyntaxError, ValueError) as e:
        yield 'failed', f'{path}: {e}', 1
        return
    size = size_class(source)
    counts = Counter()
    counts['files', size] = 1
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            counts.update(('import', alias.name.split('.')[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                counts['import', node.module.split('.')[0]] += 1
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            counts['functions', size] += 1
            yield 'lines', f'{path}:{node.lineno} {node.name}', node.end_lineno - node.lineno + 1
        elif isinstance(node, ast.ClassDef):
            counts['classes', size] += 1
    for (kind, name), n in counts.items():
        yield kind, name, n
