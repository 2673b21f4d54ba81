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
if sys.path and sys.path[0]=='':
    del sys.path[0]  # before any import that a file in the current folder could shadow
whole=sys.path[:]  # and those that PYTHONPATH names come after the daemon's own imports
try:
    here=os.getcwd()
except OSError:  # it has been removed
    here=''
extra={os.path.normpath(os.path.join(here,p)) for p in os.environ.get('PYTHONPATH','').split(os.pathsep)}
extra.discard(os.path.dirname(os.__file__))
sys.path[:]=[p for p in whole if p not in extra or p.endswith('/lib-dynload') and p.startswith(sys.base_exec_prefix)]
import _imp,marshal
package=type(sys)('leat.package')
sys.modules['leat.package'],codes=package,None
path=os.environ.get('LEAT_WORKER','').partition(';code=')[2]
try:
    if path:
        path+='-%x'%sys.hexversion
        os.environ['LEAT_WORKER']=os.environ['LEAT_WORKER'].partition(';code=')[0]+';code='+path
        fd=os.open(path,os.O_RDONLY|os.O_NOFOLLOW|os.O_NONBLOCK|os.O_NOCTTY|os.O_CLOEXEC)
        facts=os.fstat(fd)
        if facts.st_uid==os.geteuid() and facts.st_mode&0o170022==0o100000:
            kept=os.read(fd,facts.st_size)
            body=memoryview(kept)[8:]
            if kept[:8]==_imp.source_hash(8,body):
                name,codes=marshal.loads(body)
                codes=codes if name==os.path.basename(path) else None
        os.close(fd)
except (OSError,EOFError,ValueError,TypeError):
    codes=None
package.__dict__.update(codes=codes,__builtins__=dict(vars(sys.modules['builtins'])))
exec(marshal.loads(codes['package']) if codes else compile(os.pread(4,os.fstat(4).st_size,0).partition(b'\n# ==== ')[0],
    'leat/python/leat/package.py','exec'),package.__dict__)
package.read(4)
main=__import__('leat.main').main
sys.path[:]=whole
main.main()
#)"""
