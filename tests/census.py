# SPDX-License-Identifier: BSL-1.0
'''Compares what the census example prints with --tsv with a count in pure Python:  census.py PROGRAM [FOLDER]'''
import ast
import os
import subprocess
import sys
import sysconfig
import warnings
from collections import defaultdict

warnings.simplefilter('ignore')


class Counter(ast.NodeVisitor):
    def __init__(self, path, size, table, lines):
        self.path, self.size, self.table, self.lines = path, size, table, lines

    def visit_Import(self, node):
        for alias in node.names:
            self.table['import', alias.name.partition('.')[0]] += 1

    def visit_ImportFrom(self, node):
        if not node.level:
            self.table['import', node.module.partition('.')[0]] += 1

    def visit_FunctionDef(self, node):
        self.table['functions', self.size] += 1
        self.lines.append((node.end_lineno - node.lineno + 1, f'{self.path}:{node.lineno} {node.name}'))
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.table['classes', self.size] += 1
        self.generic_visit(node)


def count(folder):
    table, lines, failed = defaultdict(int), [], set()
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if not name.endswith('.py') or os.path.islink(path) and not os.path.isfile(path):
                continue
            with open(path, 'rb') as f:
                source = f.read()
            n = len(source)
            size = '1: below 1 KB' if n < 1e3 else '2: 1 to 10 KB' if n < 1e4 else '3: 10 to 100 KB' if n < 1e5 else '4: 100 KB and more'
            try:
                tree = ast.parse(source, path)
            except (SyntaxError, ValueError):
                failed.add(path)
                continue
            table['files', size] += 1
            Counter(path, size, table, lines).visit(tree)
    return table, sorted(lines, reverse=True)[:10], failed


def top(table, kind, n):
    rows = sorted(((v, name) for (k, name), v in table.items() if k == kind), reverse=True)[:n]
    return [(name, v) for v, name in rows]


def check(program, folder, wire):
    out = subprocess.run([program, folder, '--tsv', '--wire', wire], stdout=subprocess.PIPE, timeout=300, check=True).stdout.decode()
    got = defaultdict(list)
    for kind, name, n in (line.split('\t') for line in out.splitlines()):
        got[kind].append((name, int(n)))
    table, lines, failed = count(folder)
    bad = [kind for kind in ('import', 'files', 'functions', 'classes') if got[kind] != top(table, kind, 20)]
    bad += ['lines'] * (got['lines'] != [(name, n) for n, name in lines])
    bad += ['failed'] * ({name.split(': ')[0] for name, _ in got['failed']} != failed)
    for kind in bad:
        print(f'census {wire}: {kind} differs: {got[kind][:5]} …')
    return not bad


if __name__ == '__main__':
    program, folder = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else sysconfig.get_paths()['stdlib']
    results = [check(program, folder, wire) for wire in ('pickle', 'msgpack')]
    print(f'{sum(results)} passed, {results.count(False)} failed')
    sys.exit(not all(results))
