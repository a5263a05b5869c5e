# make              the program, build/backstep
# make run          builds it and starts it         make test      every test
# make install      PREFIX=/usr/local DESTDIR=      make bench     the benchmarks
# make fuzz         FUZZ_SECONDS=60: looks for faults that long, with clang
# make V=1          shows the commands
# make SANITIZE=1   the same under AddressSanitizer and UBSan, in build/asan
# make SHARED=1     the program without the archives of its libraries, as distributions want it

VERSION = 0.1.0
PREFIX  = /usr/local
CC      = cc
CFLAGS  = $(if $(SANITIZE),-O1 -g1,-O2 -g)
HIDE    = $(if $(V),,@)
BUILD   = $(if $(SANITIZE),build/asan,build)

MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL)$(filter -j% --jobserver%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
endif

# --- Flags and libraries ------------------------------------------------------------------------

# $(call supported,flag): the flag, where the compiler takes it.
supported = $(shell echo 'int main(void) { return 0; }' | \
    $(CC) -Werror -O2 $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
# $(call headers,package) and $(call library,package,otherwise): from pkg-config where it knows.
headers = $(filter -I%,$(shell pkg-config --cflags $(1) 2>/dev/null))
library = $(or $(shell pkg-config --libs $(1) 2>/dev/null),$(2))

ifdef SANITIZE
HARDENING := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
FORTIFY   := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE
RELRO     := -Wl,-z,relro,-z,now
HARDENING := $(or $(call supported,$(FORTIFY)=3),$(call supported,$(FORTIFY)=2)) \
    $(call supported,-fstack-protector-strong)
LINKING   := $(call supported,-pie) $(call supported,$(RELRO))
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
COMPILE  := $(CC) -std=c17 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -Isrc $(WARNINGS) \
    -ffp-contract=off -fPIE $(HARDENING) -ffile-prefix-map=$(CURDIR)=. -MMD -MP \
    $(sort $(call headers,ncursesw) $(call headers,readline) $(call headers,libcmark) \
    $(call headers,sqlite3)) \
    $(CPPFLAGS) $(CFLAGS)
LINK     := $(CC) $(HARDENING) $(LINKING) $(CFLAGS) $(LDFLAGS)

LIBRARIES := $(call library,libcmark,-lcmark) $(call library,sqlite3,-lsqlite3) -lm
SCREEN    := $(call library,readline,-lreadline) $(call library,ncursesw,-lncursesw)

# --- The program --------------------------------------------------------------------------------

# $(call objects,patterns): the objects of the C files that match.
objects = $(patsubst %.c,$(BUILD)/objects/%.o,$(wildcard $(1)))

PROGRAM := $(BUILD)/backstep
LIBRARY := $(BUILD)/libbackstep.a
BELOW   := base expr num lesson view store app export
ABOVE   := ui

all: $(PROGRAM)

# Where the archives of all its libraries are installed, the C library among them, the program has
# them within itself: finding some two thousand of their symbols takes the dynamic linker a quarter of
# the time from the start to the first frame, and its tables and libraries a sixth of the memory.
# Where an archive is missing, or what comes of it does not start, they stay outside.
WITHIN   = $(if $(SHARED)$(SANITIZE),false,$(LINK) -static-pie -Wl,-z,pack-relative-relocs $^ $(SCREEN) \
    $(LIBRARIES) -o $@ 2>/dev/null && $@ --version >/dev/null 2>&1)

# The inner loops of all widths side by side: where nothing is trained, no page of them is touched.
APART = $(patsubst %,$(BUILD)/objects/src/num/%.o,fused_run narrow kernel)

$(PROGRAM): $(call objects,src/main.c $(ABOVE:%=src/%/*.c)) $(APART) $(LIBRARY)
	@echo '  link  $@'
	$(HIDE)$(WITHIN) || $(LINK) $^ $(SCREEN) $(LIBRARIES) -o $@

$(LIBRARY): $(call objects,$(BELOW:%=src/%/*.c))
	@echo '  ar    $@'
	$(HIDE)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/objects/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo '  cc    $<'
	$(HIDE)$(COMPILE) $(OPTIMIZE) -DBACKSTEP_VERSION='"$(VERSION)"' \
	    -DBACKSTEP_LESSON_DIR='"$(PREFIX)/share/backstep/lessons"' -c $< -o $@

# The inner loops are worth vectors; the rest is smaller without. Nobody asks for traps or errno, and
# without them comparisons become selections. No flag here may change a result.
# Under the sanitizers only addresses are watched there, or compiling takes minutes.
LOOPS := $(patsubst %,$(BUILD)/objects/src/num/%.o,kernel narrow)
ifdef SANITIZE
$(LOOPS): OPTIMIZE = -O1 -fno-sanitize=undefined
else
$(LOOPS): OPTIMIZE = -O3 -fno-trapping-math -fno-math-errno
endif

run: $(PROGRAM)
	$(PROGRAM)

# --- Tests --------------------------------------------------------------------------------------

# A folder under tests/ that holds C files becomes one program, build/tests/NAME.
$(BUILD)/tests/unit:      $(call objects,tests/unit/*.c) $(LIBRARY)
$(BUILD)/tests/spec:      $(call objects,tests/spec/*.c) $(LIBRARY)
$(BUILD)/tests/screen:    $(call objects,tests/tui/*.c) $(LIBRARY)
$(BUILD)/tests/gradients: $(call objects,tests/gradients/*.c) $(LIBRARY)
$(BUILD)/tests/lowered:   $(call objects,tests/lowered/*.c tests/gradients/sketch.c) $(LIBRARY)
$(BUILD)/tests/diagnosis: $(call objects,tests/diagnosis/*.c) $(LIBRARY)
$(BUILD)/tests/mutated:   $(call objects,tests/mutated/*.c) $(LIBRARY)
$(BUILD)/tests/faults:    $(call objects,tests/faults/*.c) $(LIBRARY)
$(BUILD)/tests/mpfr:      $(call objects,tests/mpfr/*.c tests/gradients/sketch.c) $(LIBRARY)

$(BUILD)/tests/unit:   TEST_LIBRARIES = $(call library,check,-lcheck)
$(BUILD)/tests/screen: TEST_LIBRARIES = $(call library,vterm,-lvterm) -lutil
$(BUILD)/tests/faults: TEST_LIBRARIES = $(patsubst %,-Wl$(COMMA)--wrap=arena_%,alloc array repeat \
    resize grow copy_n)
$(BUILD)/tests/mpfr:   TEST_LIBRARIES = $(call library,mpfr,-lmpfr -lgmp)

$(BUILD)/tests/%:
	@mkdir -p $(@D)
	@echo '  link  $@'
	$(HIDE)$(LINK) $^ $(TEST_LIBRARIES) $(LIBRARIES) -o $@

COMMA := ,
FOLDERS  := $(subst tui,screen,$(notdir $(patsubst %/,%,$(dir $(wildcard tests/*/*.c)))))
WITHOUT  := bench fuzz $(if $(call library,mpfr),,mpfr)
PROGRAMS := $(addprefix $(BUILD)/tests/,$(filter-out $(WITHOUT),$(sort $(FOLDERS))))

test: tests
	@tests/run

tests: $(PROGRAM) $(PROGRAMS) $(BUILD)/bench/core $(BUILD)/bench/hand sanitized fuzzed

sanitized:
	@$(MAKE) --no-print-directory SANITIZE=1 build/asan/backstep build/asan/tests/unit \
	    build/asan/tests/gradients build/asan/tests/lowered build/asan/tests/mutated \
	    build/asan/tests/faults

# Targets of libFuzzer, where clang is installed with it: the same objects, watched for the ways that
# each input takes.
FUZZED := $(addprefix build/fuzz/tests/,lesson commands progress)
FUZZER  = $(shell echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
    clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null 2>/dev/null && echo clang)

$(FUZZED): build/fuzz/tests/%: build/fuzz/objects/tests/fuzz/%.o \
    $(patsubst %,build/fuzz/objects/tests/%.o,fuzz/target mutated/trial) build/fuzz/libbackstep.a

fuzz: $(PROGRAM) fuzzed
	@tests/fuzz/run $(or $(FUZZ_SECONDS),60)

fuzzed:
	$(HIDE)[ -z "$(FUZZER)" ] || $(MAKE) --no-print-directory SANITIZE=1 BUILD=build/fuzz CC=clang \
	    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' LDFLAGS=-fsanitize=fuzzer $(FUZZED)

# --- Benchmarks ---------------------------------------------------------------------------------

# The terminal; then backstep among its rivals, of which those are built whose library is there.
BENCH   := $(BUILD)/bench
COMPARE  = $(call objects,$(addprefix tests/bench/,rival.c workload.c statistics.c)) $(LIBRARY)
# $(call found,compiler and language,header,libraries,rival): the rival, where that builds.
found    = $(shell printf '\043include <$(2)>\nint main(void) { return 0; }\n' | \
    $(1) - $(3) -o /dev/null 2>/dev/null && echo $(BENCH)/$(4))
RIVALS   = $(call found,$(CC) -x c,doublefann.h,-ldoublefann,fann) \
    $(call found,$(CC) $(OPENBLAS) -x c,cblas.h,-lopenblas,openblas) \
    $(call found,$(CXX) -x c++,adolc/adolc.h,-ladolc,adolc)
OPENBLAS = $(call headers,openblas)

bench: $(PROGRAM) $(addprefix $(BENCH)/,terminal curses echo compare hand core scale)
	@$(MAKE) --no-print-directory rivals
	$(BENCH)/terminal $(PROGRAM) w5 $(BENCH)
	$(BENCH)/compare $(if $(ROUNDS),--rounds $(ROUNDS)) $(BENCH) tests/bench $(SECTIONS)
	$(BENCH)/scale

ifneq ($(filter rivals,$(MAKECMDGOALS)),)
rivals: $(RIVALS)
endif

$(BENCH)/terminal: $(call objects,$(addprefix tests/bench/,terminal_bench.c watched.c statistics.c))
$(BENCH)/curses:   $(call objects,tests/bench/rival_curses.c)
$(BENCH)/echo:     $(call objects,tests/bench/rival_echo.c)
$(BENCH)/compare:  $(call objects,tests/bench/compare.c) $(COMPARE)
$(BENCH)/hand:     $(call objects,tests/bench/rival_hand.c tests/bench/hand_graph.c) $(COMPARE)
$(BENCH)/core:     $(call objects,tests/bench/core_bench.c) $(COMPARE)
$(BENCH)/scale:    $(call objects,$(addprefix tests/bench/,core_scale.c big_graphs.c statistics.c)) \
    $(LIBRARY)
$(BENCH)/fann:     $(call objects,tests/bench/rival_fann.c) $(COMPARE)
$(BENCH)/openblas: $(call objects,tests/bench/rival_openblas.c) $(COMPARE)
$(BENCH)/adolc:    $(BUILD)/objects/tests/bench/rival_adolc.o $(COMPARE)

$(BENCH)/terminal: BENCH_LIBRARIES = -lutil
$(BENCH)/curses:   BENCH_LIBRARIES = $(call library,ncursesw,-lncursesw)
$(BENCH)/fann:     BENCH_LIBRARIES = -ldoublefann
$(BENCH)/openblas: BENCH_LIBRARIES = -lopenblas
$(BENCH)/openblas: CPPFLAGS += $(OPENBLAS)
$(BENCH)/adolc:    BENCH_LIBRARIES = -ladolc -lstdc++

$(BENCH)/%:
	@mkdir -p $(@D)
	@echo '  link  $@'
	$(HIDE)$(LINK) $^ $(BENCH_LIBRARIES) $(LIBRARIES) -o $@

$(BUILD)/objects/%.o: %.cpp Makefile
	@mkdir -p $(@D)
	@echo '  c++   $<'
	$(HIDE)$(CXX) -std=c++17 -Isrc -Wall -Wextra -fPIE -MMD -MP $(CPPFLAGS) $(CFLAGS) -c $< -o $@

# --- Upkeep -------------------------------------------------------------------------------------

SOURCES := $(wildcard src/*.[ch] src/*/*.[ch] tests/*/*.[ch])
DOCUMENTS = $(wildcard README.md LICENSE docs/*.md)

install: $(PROGRAM)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/backstep/lessons \
	    $(DESTDIR)$(PREFIX)/share/doc/backstep
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(wildcard lessons/*) $(DESTDIR)$(PREFIX)/share/backstep/lessons
	install -m 644 $(DOCUMENTS) $(DESTDIR)$(PREFIX)/share/doc/backstep

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/backstep
	rm -rf $(DESTDIR)$(PREFIX)/share/backstep $(DESTDIR)$(PREFIX)/share/doc/backstep

clean:
	rm -rf build

format:
	clang-format -i $(SOURCES)

check-format:
	clang-format --dry-run -Werror $(SOURCES)

.PHONY: all run test tests sanitized fuzz fuzzed bench install uninstall clean format check-format
.SECONDARY:

-include $(patsubst %.o,%.d,$(call objects,src/*.c src/*/*.c tests/*/*.c)) \
    $(BUILD)/objects/tests/bench/rival_adolc.d
