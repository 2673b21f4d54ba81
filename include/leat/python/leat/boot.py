R"""("""
# SPDX-License-Identifier: BSL-1.0
# What the interpreter is started with (-c): checks the version, then executes leat.package out of the file on descriptor 4,
# or out of what an earlier start has left compiled in a file of this user alone. The first lines are valid in any Python.
import os,sys
kind=getattr(getattr(sys,'implementation',None),'name','cpython')
if sys.version_info<(3,9) or kind!='cpython':
    os.write(3,b'\x06'+b'\0'*15+('the Python interpreter '+str(sys.executable)+' is '+
        ('version '+sys.version.split()[0]+'; leat needs ' if kind=='cpython' else
         kind+' '+sys.version.replace('\n',' ')+'; leat needs CPython ')+
        '3.9 or newer: install one and set LEAT_PYTHON or python_options.interpreter').encode())
    os._exit(3)
import _imp,gc,marshal
gc.disable()  # until a worker runs functions
package=type(sys)('leat.package')
sys.modules['leat.package'],kept,codes=package,memoryview(b''),None
path=os.environ.get('LEAT_WORKER','').partition(';code=')[2]
try:
    if path:
        path+='-%x'%sys.hexversion
        os.environ['LEAT_WORKER']=os.environ['LEAT_WORKER'].partition(';code=')[0]+';code='+path
        fd=os.open(path,os.O_RDONLY|os.O_NOFOLLOW|os.O_NONBLOCK|os.O_NOCTTY|os.O_CLOEXEC)
        facts=os.fstat(fd)
        if facts.st_uid==os.geteuid() and facts.st_mode&0o170022==0o100000:
            kept=memoryview(os.read(fd,facts.st_size))
            if kept[:8]==_imp.source_hash(8,kept[8:]):
                name,codes=marshal.loads(kept[8:])
                codes=codes if name==os.path.basename(path) else None  # where each begins, from the end
        os.close(fd)
except (OSError,EOFError,ValueError,TypeError):
    codes=None
package.__dict__.update(kept=kept,codes=codes,__builtins__=dict(vars(sys.modules['builtins'])))
if codes:
    exec(marshal.loads(kept[codes['package']:]),package.__dict__)
else:
    known=sys.modules.get('__future__')
    if known is None:  # what the package asks of it; to find the module takes 0.1 ms
        sys.modules['__future__']=future=type(sys)('__future__')
        future.__dict__['annotations']=None
    index=os.pread(4,4096,0).partition(b'\n')[0]
    exec(os.pread(4,int(index.split()[1]),len(index)+1),package.__dict__)
    if known is None:
        del sys.modules['__future__']
whole=package.begin(4)
package.load('__init__','library','system','frames','daemon','main')
sys.path[:]=whole
sys.modules['leat.main'].main()
#)"""
