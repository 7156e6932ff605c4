/**
 * The words of log messages, most common first: the 4,000 that occur in the message strings of most independent
 * packages, counted over 1,424 of them: the npm packages of this project, Go modules and Go's standard library, Python
 * 3.11 with its usual packages, and the programs of Debian 12. Made by test/quality/vocabulary/count-message-words.ts;
 * only words and their order are kept.
 */
export const MESSAGE_WORDS: readonly string[] = `
to the for is of not and in this or be with from no an by invalid cannot file are error failed use on name it if
version set must more value as at only type string number output read argument information too help all unknown using
one found line arguments does that specified than default was list used open when can display but you has get options
data out supported input missing see have directory empty bytes option may path after new available create system size
try parse valid exit instead do change end write already could into will any files return format print mode call there
object expected given which long message should before code time first current match memory without unable command
function length can't many start unexpected add key passed character info find context required while unsupported
range values multiple details same support don't report each names allowed check process reading requires free please
user field both status other later method we class source last entry full written via show allocate duplicate bad been
internal usage variable its specify characters software standard warning called run entries so up also text where
contain exist license short index block copyright through true remove make none because contains returned access
writing either integer least got parameter program root about group header ignored then environment max large
permitted space prefix offset single errors general between defined level attribute existing table inc need setting
two filename result zero maximum such ignoring module state request matching buffer count operation your like include
named provided determine instance returns created flag lines different doesn't exists next bugs extra order target
close some even strings wrong binary convert starting foundation being ignore load deprecated attributes syntax
generate sequence base case configuration copy address device exec package regular enabled flags interface did disable
following parent test whether byte documentation false back execute point types would creating limit running array
note cache changed encoding keys local id extent optional possible stat map redistribute control enable want config
during part pattern present expression handle law negative always never node signal once parsing parameters objects
old stream they update here send most pass removed absolute closing currently else messages reference trying within
allow opening token due second fields equal otherwise yet mismatch needs unrecognized what enough skipping example
link previous int requested argv generated item matches per tag them closed failure handler log longer extension
location override paths since trailing added build delete detected disabled changes checking less property received
escape exclusive import now position another form greater just provide couldn't python response total were host
locally protocol rather uses connection done element original over resolve search server these encountered implemented
initialize lock newline how left null raw special supports mutually nothing socket times under column descriptor every
executable hash literal needed nested stack adding contents identifier exactly force their alias defaults directories
exception overflow bug off small specific calling configured functions go loop nil relative section child custom debug
filter init numbers query reset skip additional illegal library processing seconds stop temporary exceeded followed
keyword known unless content require action bits numeric pipe takes attempt calls inside means resource still verbose
waiting boolean items len positive signature elements extended global implementation including namespace replace take
unicode automatically containing dir mapping methods undefined width description template useful ambiguous append args
client coreutils kind outside own shared event page style timeout final mandatory terminal variables body installed
might public record stdout versions work bit component destination results sort specification structure truncated
clear definition incorrect kernel active directly explicit initial port suffix complete incompatible malformed private
until date except fatal feature know metadata minimum simple addresses based blocks continue fd https main select str
terminated against big don itself look member reserved appear common decode digits getting headers modified selected
stdin accept below correct database flush keep leading normal operand shell stored above loaded tuple apply conversion
equivalent incomplete password register self sign those timestamp bool future inconsistent larger reached right
service started starts symbol unique actual callback explicitly included references removing save separator split top
tree comment compatibility connect define label listed parsed script session store successfully wait arg commands
definitions doesn float garbage hex it's skipped together behavior bound break core debugging execution made
properties quoted returning sets way again algorithm depth dump marked min network security warnings basic dictionary
exceeds fail fix func sure export external helper magic param pid sync unit whose windows attempting mark pointer
raise supplied chain char classes columns compatible extract follow groups implement matched operator points rule
suppress virtual working anything compare converted corresponding handling processes re sent well compression encoded
family finished move parser perform permission runtime static condition instances links random separate settings begin
checks constant loading neither permissions probably problem reason receive remote safe separated symbolic validation
verify applied associated beginning creation domain effect modify opened pair restore setup wrapper bind disk ends
filesystem logging nor priority real resolved rules switch comma digit lookup omitted operations overwrite place
registered spaces statement terminate word around corrupted dict double fallback install marker produce sending
similar trace turn usually down etc extensions looking occurred passing properly put struct validate application
comments compiled copying enter expecting frame isn't login queue replacement representation whitespace cause const
delimiter dynamic encode events exited formatted maps platform scheme allocating avoid fixed parts raised recursively
requests assuming components declared few lists patterns plain provides regex replaced seek strict actually allows
auto changing issue likely machine nodes sorted systems cached compressed decoding def drop ensure exiting give
indicates owner processed quote recursive rename retrieve symlink users works blank caller cases color constructor
distribution document generator happen insert interval makes non subclass testing unterminated assigned combined
decimal dependency exact expects generic mask pending refer referenced release smaller tags unix callable checksum
combination contained didn't direct duration initialized policy previously readable remaining scope sizes tool updated
according amount configure consider container directive embedded features merge modules necessary normally progress
reverse selection something success successful terms vs addition appropriate assume attempted generating generation
immediately listing lower window comparison completed converting corrupt counter dot expect expressions fails mean our
partial scan seen tab treat alternative considered correctly handled inline much others recursion reported sequences
slice symbols tests tokens detect however imported locked specifies step suitable twice unhandled union unsigned
allocated appears archive bucket building built certificate chars compile creates doing enum pairs possibly prepare
profile ref refers several signed stopped summary var wrap anyway compute construction executed expand http iteration
iterator language let locate origin padding proxy recommended storage thread unexpectedly accepts assign automatic
bounds conditions deleted descriptors formats hexadecimal includes indicate logical newer rate records repeated saved
segment sources stderr truncate underlying allocation assignment authentication conflict executing hostname image
initialization invoked legacy locale octal overridden params prompt recognized related specifying warn whole applies
backslash counts emit expired fully high implicit json members partition printing repeat sections span spec specifier
statistics utility very accepted aliases compiler complex construct dependencies email encrypted entire env hook
identical iterable leave linux manual really scanning tried wrapped aborting branch connected exclude filters had
hardware mount native overrides plugin positional represent resources runs sorry though throw timed unlock arbitrary
attached backup certain children circular detailed fit further identity lost major notify operate quotes ranges
represents side attach buckets builtin caught channel checked combine declaration everything exceptions expansion
filenames follows lu manager older pop raises resulting taken targets trigger unavailable unchanged abstract across
alternate async binding broken chunk copies deleting denied errno escaped falling forward ll merged minor optionally
particular peer preserve reads signals words writable account collection conflicts depends described difference ended
escapes fill foo formatting keywords lacks metric prevent provider resolution schema sense temp unset url adds colon
copied credentials decorator ending endpoint fetch hard hit individual limited logic maybe ordered payload power push
quiet refusing representing sample secure uid unused us usable ve view able accessing assertion attr colors delay
devices diff dropped exported extend impossible isn libraries malloc mismatched modes moved packages pathname
performed perhaps primary privileges rest shutdown slot strip subject sum transport upper won't adjust assumed
comparing console continuation earlier glob going identifiers inner limits linked looks making mapped nesting occurs
printed problems produced regexp scalar tell tuples verification audit cleanup clone compress connections controls
expanded functionality good hint increase interrupted labels locations manually mounted preceding press recent shows
signing three timestamps typeof updating various wanted won writes acquire chdir depending edit fast fork hidden
increasing indent indentation initializing intermediate meaning num obj obtain offsets past project replacing
resolving semantics statements tables typically unmarshal yield actions administrator alignment along applying
architecture bar canonical capabilities clearing computed cycle defines desired duplicated excluded exponent floating
flushing gets higher indented inputs instructions interactive interpreted invoke java levels logs marks mod notice
panic pipeline precision prefixes reader ready serialize share structures third threads transform units alloc become
best beyond bus capture caused days derived determined exhausted expr far fstat handles identify insufficient integers
kill literals logger marshal model modification ones parallel pool precedence quit regardless rejected reporting swap
tty username wildcard wrote arrays blocked choose commas compared computing deep detection effective examples exceed
giving indicator join kwargs letter low macro potentially preferred providing redirect render screen stuff succeeded
unbalanced underflow area backwards catch clean commit debian differs disabling division entity fall flow having hold
implements infinite iterate mappings newlines omit ownership pager plus premature realpath region removal restart
restricted rewind shown stale subprocess subsequent thus variant zone backward batch begins better boundary clock
codes come conditional decoded discarded fetching fn idle important importing imports intended latest listen loader
mixed normalized operators pages performance processor programs proper reduce retry scripts sender serial simply src
strategy subclasses supply therefore timer translation treated unsafe wrapping abort aborted agent asynchronous
attempts caching conflicting constants constructed continuing defining discard doc err experimental hasattr human
initializer man middle notation packet parentheses percentage positions preserved remain reports separators signatures
slash taking underscore unmatched updates warranty web zip align alpha ask background bare browser calculate
calculated cells completion consistency converts differ digest early factor finish head internally interpret minimal
monitor numerical period prints prior renamed responses reuse searching secret segments shift startup subset unlike
void why applicable callbacks chroot compilation connecting constraints development disallowed emitted enables entered
evaluate factory frames home indicating inode isinstance ld letters located meth mix obsolete odd operating reload
reopen sentinel shorter shorthand std streams suffixes symlinks terminating threshold unreachable utilities auth
buffers choice cleared corruption cursor delta enabling encryption falls finding font forbidden fragment gives
increment indices inserted instruction kept layout meant minutes occur overwritten passes performing profiling reasons
recovery saving scale selector states upgrade watch activate affect annotation anonymous appended blocking bogus
buffered care comes contact critical defaulting differences direction disables escaping extracted graph handlers
implementations keyed markers meta my ordinary overflows purposes qualified registering removes represented resetting
retrying seems shape sorting speed splitting stopping tabs tail task track translate upon user's val white yes
accessed allowing appending becomes capacity category cipher cmd constraint declarations distributed dropping dst
entering epoch equality evaluation forced guard hello html incoming indirect interpreter invoking issues iterations
leaf listening lowercase msg namespaces near parenthesis pointers protected pure ratio recorded relevant reply route
sockets timezone toggle transaction transfer truncating turned uninitialized verifying vertical wraps backend behind
brackets causes clause collect day declare decrypt discarding displayed equals extends figure fraction histogram
insecure installing lazy lengths live master media metrics modifier ms notes outputs patch predicate pretty satisfy
sparse stripped sub subsystem suppressed switching tagged things title unary unimplemented vars visible waitpid
advanced algorithms alternatively annotations answer away bracket bundle cancel cast chunks consumed credential daemon
descriptions echo exits fewer finally forms horizontal implies job jobs lead manage moving onto op outer passwd
placeholder prefer purpose ran rc redundant remember replaces resolver revision row selecting stage stats storing
substring term triggered typed typing unspecified vector wasn't weak writer year you're zeros zlib abbreviation assert
boot capability charset consistent cookie dash discovery driver dumped dumps endpoints failing faster fp gid handshake
heap history immediate inactive inherit integrity interfaces lambda leaving managed mechanism modifying month
normalize operands overlapping pad prefixed primitive printable receiver receives registry releases repository
resolves restrict retain revoked serialization shortcut shouldn't site slots spans supposed translated unlink usual
anchor app applications archives backing bitmap blob bottom boundaries branches canceled candidate cert choices
communication concurrent contexts counted cpu derive directives download editor enforce engine establish established
exc filtering getattr guess ignores incorrectly inserting jump management marking optimization overriding overwriting
owned phase pos potential presence produces quota reach receiving retrieved rewrite routine rows say seem services
slow steps stores subdirectory tracker traversal tries trust turns uncompressed universal volume wide world accessible
advance almost assertions assigning behaviour cd cleaning clients constructors criteria deeply describing determines
dev diagnostic dummy edge encodings endianness eptr excluding expanding fixing generally grpck gzip happened height
held hide identified infinity instantiated keeps layer lrename macros merging misaligned netlink nlink nscd parents
prepend pseudo pwck python's readonly refresh refused registers renaming requesting restoring reused safely specifiers
sssd suggest tasks trees understand unified unpack validated verified ways wish worker years adjacent adjusting alone
alternatives arithmetic atomic authorization badly breaks builds cancelled catalog collected compact comparisons
counting curve decompress determining distance divide ed eval ever expiration forcing four guaranteed hasn't hierarchy
ids independent ip iterating joined keeping latter loc newly nice ordering originally percent physical post proto
raising recurse reject rejects requirements resume retrieving samples schedule seed seeking separately serialized
servers showing sizeof slower substitution super termination think traceback tracing trusted validity whenever
acceptable age alphanumeric analysis ascii assignments average behave brace builder certificates combining
constructing cost covariant dead debugger decorated deletion detach documents encrypt existence expires extraction fds
fine forget gap generates goes happens holds hooks hours inet inferred installation invariant invocation issued matter
meaningless menu modifiers often parses poll portable protection protocols queries recover red reduced released
respectively reversed salt satisfied scanner scheduled semicolon series shadow suite temporarily terminator thing undo
unquoted verbosity visit absent addr adjusted careful cat chmod completely consecutive ctx cumulative dangerous dates
datetime dependent detached distinct eg evaluated evaluates failures favor finds highest hosts indexing indicated
ioctl lifetime linking matcher meaningful mem milliseconds multiline multiply net obtained optimize overlap
parenthesized pick plugins pointing populated preceded preserving prime probe profiles question queued res resize
restrictions retries round shall shouldn similarly spawn streaming subcommand submit tested that's took tools
transition traverse unrecognised yields act additionally aligned aren't authority cell chosen cls collecting coming
controlling decorators deferred dereference describes designed dispatch displays docs docstring documented dup elapsed
entirely entities enumerate eof evaluating explain file's fingerprint five folder former front hand headings hints
immutable implicitly implied inlined inspect introduced killed leaves lseek manipulate mentioned missed modulus
nonzero ok opcode pack passphrase passwords permanent places platforms portion predefined py redirects regions repr
resulted role schemes sensitive seq skips stops subtype superblock symmetric syslog tracking triggers underscores
unescaped unnamed unnecessary uri visual walk who absolutely accessor allocations although among analyze anymore
anywhere await belong bindings calculating calculation concrete configurations conform convenience corresponds
coverage db decide decryption defer delimiters describe died disallow dotted duplicates easier enclosed enclosing
environments exchange exporter feed forwarding frequency git holding iconv idx ifindex indexed inherited insensitive
instantiate interrupt killing mail maintained math me measured microsoft mismatching mouse mutable online oops
overhead partitions permit ports posix proceed prohibited quick respect silently singleton sleep snapshot specifically
star subdirectories talk th themselves topic transformation unclosed validator whilst wire yaml ahead arch asked
asking attrs auxiliary behaves binutils blue braces candidates channels compiling considering consume converter
counters cross depend dicts differently domains dynamically editing elif extracting fake filtered finite flatten
forces forking fractional fresh frozen gave generators globals grammar grouped grouping guessed half heuristic
highlight icon inappropriate increased infer instantiation intersection io latency lexer likewise listener locking
logfile loops mac migrate mmap months mostly negated nonce nonexistent numbered okay opt opts overall pipes placed
plaintext policies popped preprocessor pushed quoting rebuild redirected reflect refs registration roots sampling
scaling scheduling searches sessions sibling signs smart somewhat specifications stable standalone structs stub
syscall sysfs templates thrown thunk transforms truncation tunnel uint uppercase validating verb visibility visited
accepting algo answers arrow assumes avoided backed basename benchmark binaries bitwise buf caches canonicalize chains
collector compliant concurrency confirm confused conjunction constructs correspond cycles deadline del dest
diagnostics didn discover dots downloaded elliptic eq expensive exposed ext filesystems fixes fold function's globally
inodes issuer junk knows longest ls middleware minus mtime nearest notification ns offer opaque optimized performs
preparing prepended proceeding product programming promise referred remains reopened requiring revert runner serve
shutting simultaneously smallest spacing splits supplementary switches thin timing traditional trouble typeinfo
unpacking unresolved untrusted usec variadic verbatim violation vtable weight went whereas wildcards yourself
activated aliased alphabet annotated api aren attack author bidirectional bigger box buffering callers captured
carriage caution chance checker checksums classic click collation compiles concatenate configs confirmation consisting
dangling decompression delimited destructors detail developers disconnected drive dumping easy effects embed
enumeration examine exports facility flat floats flushed fonts freed goroutine guide hasn hope i'm ifname implementing
inclusive initially instantiating instrumentation lack languages largest lets lineno loads locks metaclass mock models
modern multi multiplication nest normalization occurrence octet packets partially plan printf procedure procfs
prototype reachable recognize rely relying remainder rewriting rights ring room rootdir says scanned schemas scopes
sectors selectors selects server's situations soon ssh statically strictly suggested swapped sys there's throws tmp
tracked trailer transferred trap trim unfinished unlimited unlocking unpacked variants we're weights whatever wrappers
xml alert alphabetic alter ancestor aware belongs blocksize buflen cap closes closure cluster collision comparable
compares completes convention conventions conversions cover covered crash customize customized cut cyclic deflate
deprecation dictionaries dimensions displaying distinguish efficient emits emitting encoder enforced erase excess
expire expose filled formatter formed forwarded fragments getcwd getsockname grow hashed helpful ident images
incremented indexes insertion intentionally interact invocations jeeee legal lib linear loss lstat lx mailbox margin
maximal measure met mkdir multipart necessarily negation object's ohhhh opens outcome patched pickle pip preference
prepared prepending proc producing production punctuation recovered redefined relationship relocation requirement
rewinding rounded routing rtnetlink said sec shallow significant square stamp structured subtraction superset
supporting suspend synchronous synonym telemetry terminates throwing traces umask undocumented unlikely unparsed
unreadable unregister unregistered unwanted useless vendor versionchanged views wants workers xor accumulated
activation aggregate annotate apple associate broadcast bufsize button card central cgo claims coerce complement
consists contributors cookies datagram declaring deserialize dimension dirs draw ellipsis ensures estimated et
executables expressed extack floor folded formal fs getter goto groff guarantee hardlinks hashes health hour hyphen
initializers internals internet introspection journal keyboard kinds labeled late linker lladdr localhost locals
locating lockfile maintain medium meet modifies modulo moves mutate ncolumns nonempty occurrences octets ordinal os
outgoing overload packed paging picked pin pointed precede prevents protect published pushing qualifier queues
reaching recipient referencing relay remnant rendered repetition resets rewritten rm secondary semaphore shell's sig
situation slices soft spanning stray stringer subclassing subscript succeed sufficient surrogate surrounding swapping
sysconfdir systemd tar textual traffic transformations uniforum unions unmodified unparsable unusable upload
xstrconcat yielding zipfile abbrev abnormally accurate alphabetically assemble atom backups besides black bold
booleans breaking builtins callee center cgroup clash complexity compliance computer conditionals consist consumer
coroutine curly cwd dataclass decision deletes demangle demangling denote desc destroy dist divisor downloading edges
eliminate emacs encodes estimate excessive exp expands extending extraneous fdopen finalize fixup flagged foreground
fsync gpg green guards hashing heading idea iff intel inverse involving leaked light logged lookahead lot mangled
manifest markdown markup matters minute mismatches mixin modifications monitoring mounts multiplied mutex newest npm
observed offline optimal orig outdated overlaps paren pause polling populate pragma prematurely principal prompts
propagation proxies ptr pwd qualify querying recognised redirecting redirection rejecting replacements reserve
revocation routines rvalue scheduler searched semantic sequential serializing signer silent sized slashes sometimes
specially spelled stay stdio styles subtract succeeds supersedes switched tells terminals they're touch transformed
transient transitions treating typical unaligned unformatted unrecoverable validates variation verifies wall week
welcome wider widths workaround yielded ab abs activity adapter adjustment advertised affected affects ago apart
approximate arabic arity assignable audio authenticated authorized authors avoids awaited bailing banner bases bash
bell bounded breakpoint busy certainly collided colored combinations composite compressing configuring constrained
containers contiguous continued course cp cryptography deadlock decreasing decrypting delim delivery desktop despite
destroyed elsewhere embedding encrypting endian endif enums erroneous especially expiry explanation extern fact
fetched foreign goroutines granted graphical greek hence hiding highlighting hits holes huge identities imaginary
incremental informational inheritance invokes iobuf ioctls jeee jumps knowledge lang libbfd limitation lose lowest
maintainer matrix merges migration miss mistake mixing multicast nbytes negate nullable offsetof ohh opposed paste
patches persistent plural printer priorities probability probing processors program's pty pull putting quantifier race
realtime recv reduces refcount relations rendering reordering replay respond responsible resumed rich rollback
rounding router rune scroll semaphores separating serving shapes shifted shut singular sink slave stdlib stmt stride
strongly successive suggestion sums synchronization synchronized tied timeouts topics traversed triggering trip
trivial turning unbounded unbuffered undeclared underline unescape unordered unprocessed untyped upstream violates
wake weighted weird zones absence accidentally accounts aliasing ambiguity ancestors android assembly asserts attaches
authenticate avoiding bearer beta bin bitmaps blanks bodies causing chown chunked cloning cmp col commandline
computation concurrently conforming conn considers consult coordinates covers cpp crashed cur darwin deactivate
debuginfo decoder delegate delivered denominator descending devname die discards disconnect discovered divided
divisible dlopen dns doctest draft drops dumb easily effectively elem exceeding executes exhaustive exporting exposes
extracts extras feel fifo finishing flex focus framework frontend fsck getaddrinfo gt guessing hack hashable hole hot
hyphens identification identifying ie importable improper improperly inexact initiated inject innermost integral
interested interpretation ints iterated joining launch leads leaks libgcrypt little lone lookups loopback lt makefile
manner mantissa membership memoize mirrors monotonically natural negotiate numerator numpy oid ops optimizations
orphan overloaded overview parsers partitioned perl persist pickling pieces placement predicates preprocess
preprocessing prop propagate providers quickly reaches reasonable reboot receivers recently recording recoverable reg
relatively repeatedly req resident restarted restarting resuming retained retrieval reusing revoke richard risk rmdir
rotation rounds rust safety sector seeing seekable sends setenv shim simplify sleeping solaris someone spawning spent
spread sticky stringified subdir subtree superclass supplemental system's terminfo tip tls toplevel tracks trailers
translations unambiguous unbound unexported unhashable unittest unlocked unmarshaling usages userspace uuid
versionadded visiting visitor watcher xx zeroes abbreviated abc ability accesses ack acts adaptive addressing aka al
alarm alive altered am apparent approach artifacts ascending awaiting backslashes backtrace bandwidth barrier basis
baz bigint bignum bins border bypass bytearray cancelling capable capturing carry categories cb ceil chinese
ciphertext classification clears cli cmdline colons commits committed completions computations coordinate crypt crypto
ctrl delayed deployment deps design detecting devno dialect diffs directed dirty discouraged discriminator dispatching
distributions docstrings edited efficiently emitter encapsulation english enhanced entropy ex excessively expansions
express extents externally factors families fastest feedback feeding folders folding fontconfig forcibly forever
forgot fred friendly ftp functional gc gcc ge hangul haven helpers homedir honored identifies imply inconsistency
indirection indirectly inflate inform inheriting inherits inotify inserts integrate intention intrinsic inverted iter
iterables js labeling le leader loaders mainloop managing manipulation masked masks mathematical measurements misuse
module's mono multiplier negotiation netmask node's noop normalizing nr nth ongoing orphaned outfile packing periodic
permanently ping pkg precise presentation prev primes profiler prog purge quality radix readlink reassigned
redefinition regional rekeying relation relies relocations reorder repo reproduce resizing restored restores restricts
roughly rtype satisfies scaled scans scoped scratch sentence setsockopt severity shells si significantly specs ss ssl
stallman streamed strftime strlen strong structural subcommands subscripts suspiciously syncing tcp threaded ticket
tracebacks tracer transforming treats trie triplet udev unconditional unwind varint vary vectors verbosely violations
wasn watching widget zeroed accessors acquired additions advice ambient anchored anchors apparently approximately ash
asprintf assigns assuan asyncio attaching availability backspace balance band batches bench benchmarks bootstrap br
bright browsers buggy bundled bytecode came capital casting ce chained ciphers classmethod codec coding coerced
commonly communicate complicated compose composed compressor computes concatenated confirmed confusing confusion
connectivity consequence consumers controlled controller counterpart country cryptographic csv currency damage damaged
david de decides decimals decrypted deletions demangled deny descendant descriptive designated detects
`
  .trim()
  .split(/\s+/);
