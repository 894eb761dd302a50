# One Makefile, no recursion into folders.  Each folder becomes $(B)/FOLDER.a; USES_FOLDER lists the
# folders it may use, lowest last, which is also the order they are linked in: an upward call does
# not link.  Files are found by wildcard.
#
#   make demo      install what is needed, build, import the sample quarantine, open the console
#   make check     install what is needed, build, run every test
#   make coverage   what the tests run of mail/, store/, release/;   make mutants FILES=   what they find
#   make quality  campaigns  weights  CORPUS=FOLDER
#   make screenshots   the pictures of the README
#   make fuzz MINUTES=10 FUZZ="message html"   make fuzz RUNS=10000
#   make bench PARTS="import growth watch console" COUNT=4000 MAILDIR= SIZES="1000 10000" CONSOLE_SIZES="1000"
#   make bench-peers COUNT=4000 MAILDIR= ROUNDS=5
#   make faults POINTS=500 FLIPS=1000 WRITE=60
#   make deps  lint  format  install PREFIX= DESTDIR=
#   make SANITIZE=address,undefined check
#   make AT_ONCE=2 check   so many tests at once: most wait for servers and terminals
NAME     = lazaret
VERSION  = 0.1.0
FOLDERS  = cli tui release importer store system mail

# Data below share/ that mail/ carries within, each as the text shipped_NAME, with _ for what a
# name can't have: mail/shipped.h.
SHIPPED  = weights brands $(NOTICES)
NOTICES  = $(foreach f,staff admins signs,$(f:%=notices/%.en) $(f:%=notices/%.ja))

USES_mail     =
USES_system   = mail
USES_store    = system mail
USES_importer = store system mail
USES_release  = store system mail
USES_tui      = store system mail
USES_cli      = tui release importer store system mail

# What Debian 12 needs: to build, to test, to compare with, to lint.
DEBS_BUILD = gcc libc6-dev pkg-config libglib2.0-dev libgmime-3.0-dev libsqlite3-dev libncurses-dev \
	     libmagic-dev libxml2-dev libpsl-dev libidn2-dev libcurl4-openssl-dev libssl-dev libzstd-dev \
	     libjansson-dev libseccomp-dev zlib1g-dev \
	     libicu-dev libarchive-dev libmicrohttpd-dev libmimalloc-dev
DEBS_CHECK = perl procps libvterm-dev libopendkim-dev tmux postfix jq sqlite3 mandoc strace curl \
	     ca-certificates zip bsdextrautils dovecot-core dovecot-lmtpd dovecot-imapd openssl zsh python3 python3-botocore libzbar-dev libpng-dev libturbojpeg0-dev libyara-dev
DEBS_PEERS = hyperfine notmuch maildir-utils python3
DEBS_LINT  = clang clang-format clang-tidy cppcheck libclang-rt-14-dev

PKGS      = glib-2.0 gmime-3.0 sqlite3 ncursesw libmagic libxml-2.0 libpsl libidn2 libcurl libssl libcrypto \
	    libzstd jansson libseccomp zlib icu-i18n icu-uc libarchive libmicrohttpd
TEST_PKGS = vterm opendkim

# QR codes in pictures are read where zbar is; QR= leaves them out, QR=1 insists.
QR       ?= $(shell pkg-config --exists zbar libpng libturbojpeg 2>/dev/null && echo 1)
ifneq ($(QR),)
PKGS     += zbar libpng libturbojpeg
override CPPFLAGS += -DWITH_QR
else
OFF      += mail/picture.c mail/inside_picture.c
endif

# Attachments are looked at with YARA rules where libyara is; likewise.
YARA     ?= $(shell pkg-config --exists yara 2>/dev/null && echo 1)
ifneq ($(YARA),)
PKGS     += yara
OFF      += mail/yara_none.c
else
OFF      += mail/yara.c
endif

# What takes the place of malloc: an import takes a tenth less time with it.  Not under the
# sanitizers, which bring their own.
ALLOCATOR = $(if $(SANITIZE),,-lmimalloc)

PREFIX   ?= /usr/local
B        ?= build
JOBS      = $(if $(findstring j,$(firstword -$(MAKEFLAGS))),,-j$(shell nproc))
CFLAGS   ?= -O2 -g
WARN      = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
	    -Wformat=2 -Wundef -Wvla -Wpointer-arith -Wimplicit-fallthrough
HARDEN    = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LINK      = $(CFLAGS) $(SAN) $(LDFLAGS) $(if $(SANITIZE),,-pie -Wl,-z,relro,-z,now)

ifdef WERROR
WARN += -Werror
endif
ifdef SANITIZE
override B := $(B)/sanitize
SAN       = -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined
HARDEN    =
endif

# Asked of pkg-config once, and only when something is compiled: `make deps` runs without it.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)) -lresolv -lm)$(PKG_LIBS)
TEST_LIBS  = $(eval TEST_LIBS := $$(shell pkg-config --libs $(TEST_PKGS)))$(TEST_LIBS)
ALL_CPP    = -I. -D_GNU_SOURCE -DG_LOG_DOMAIN='"$(NAME)"' -DVERSION='"$(VERSION)"' $(CPPFLAGS) $(PKG_CFLAGS)

COMPILE    = -std=c11 $(ALL_CPP) $(CFLAGS) $(SAN) $(WARN) $(HARDEN)

SRC    = $(filter-out $(OFF),$(wildcard $(FOLDERS:%=%/*.c)))
HDR    = $(wildcard $(FOLDERS:%=%/*.h) tests/*.h tests/*/*.h)
TESTS  = $(wildcard $(FOLDERS:%=tests/%/test_*.c))
BENCH  = $(filter-out tests/bench/stages.c,$(wildcard tests/bench/*.c))
SCORE  = $(wildcard tests/score/*.c)
SHOTS  = $(wildcard tests/screenshots/*.c)
FAULTS = $(wildcard tests/faults/test_*.c)
FUZZERS = $(wildcard tests/fuzz/fuzz_*.c)
# All that is compiled beside the program's own folders.
BESIDE = $(TESTS) $(BENCH) tests/bench/stages.c $(SCORE) $(SHOTS) $(FAULTS) $(FUZZERS)
OBJ    = $(SRC:%.c=$(B)/%.o) $(BESIDE:%.c=$(B)/%.o)
BIN    = $(TESTS:%.c=$(B)/%) $(FAULTS:%.c=$(B)/%)
# Of shells, documents, figures and pictures the sanitizers have nothing to say.
ASIDE  = $(if $(SANITIZE),$(patsubst %,tests/%.t,campaigns cli/complete cli/man layers quality screenshots))
SCRIPT = $(filter-out $(ASIDE),$(wildcard tests/*.t $(FOLDERS:%=tests/%/*.t) tests/faults/*.t))

all: $(B)/$(NAME)

# What is run is said in short; V=1 shows it whole.
say = $(if $(V),,@echo "  $(1)"; )

$(B)/$(NAME): $(FOLDERS:%=$(B)/%.a)
	$(call say,LINK $@)$(CC) $(LINK) -o $@ $^ $(ALLOCATOR) $(PKG_LIBS)

EXTRA_mail = $(SHIPPED:%=$(B)/share/%.o)

# $(B)/FOLDER.a from FOLDER/*.c; a test of FOLDER links FOLDER and what FOLDER uses, no more.
define folder
$(B)/$(1).a: $(patsubst %.c,$(B)/%.o,$(filter-out $(OFF),$(wildcard $(1)/*.c))) $$(EXTRA_$(1))
	$$(call say,AR   $$@)$$(RM) $$@ && $$(AR) rcs $$@ $$^
$(patsubst %.c,$(B)/%,$(wildcard tests/$(1)/test_*.c)): $(B)/%: $(B)/%.o $(B)/$(1).a $(USES_$(1):%=$(B)/%.a)
	$$(call say,LINK $$@)$$(CC) $$(LINK) -o $$@ $$^ $$(ALLOCATOR) $$(PKG_LIBS) $$(TEST_LIBS)
endef
$(foreach f,$(FOLDERS),$(eval $(call folder,$(f))))

$(BENCH:%.c=$(B)/%): $(B)/%: $(B)/%.o
	$(call say,LINK $@)$(CC) $(LINK) -o $@ $^ $(PKG_LIBS)

# Those that use the folders themselves.
$(B)/tests/bench/fill: $(B)/store.a $(B)/system.a $(B)/mail.a
$(B)/tests/bench/reads: $(B)/tui.a $(B)/store.a $(B)/system.a $(B)/mail.a
$(B)/tests/bench/arrive: $(B)/store.a $(B)/system.a $(B)/mail.a

# lazaret with a clock around what stands as TIMED in stages.c.
STAGED = $(B)/tests/bench/staged
WRAP   = $(shell awk -F', ' '/^TIMED/ { print "-Wl,--wrap=" $$3 }' tests/bench/stages.c) -Wl,--wrap=box_serve,--wrap=munmap

$(STAGED): $(B)/tests/bench/stages.o $(FOLDERS:%=$(B)/%.a)
	$(call say,LINK $@)$(CC) $(LINK) $(WRAP) -o $@ $^ $(ALLOCATOR) $(PKG_LIBS)

$(B)/quality: $(SCORE:%.c=$(B)/%.o) $(B)/mail.a
	$(call say,LINK $@)$(CC) $(LINK) -o $@ $^ $(PKG_LIBS)

SHOT = $(B)/tests/screenshots/shot $(B)/tests/screenshots/still.so

$(B)/tests/screenshots/shot: $(B)/tests/screenshots/shot.o $(B)/tests/screenshots/svg.o
	$(call say,LINK $@)$(CC) $(LINK) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS)

$(B)/tests/screenshots/still.so: tests/screenshots/still.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,LINK $@)$(CC) $(COMPILE) -fPIC -shared -o $@ $<

# Tests of faults start the program itself, and look at the store that it leaves.
$(FAULTS:%.c=$(B)/%): $(B)/%: $(B)/%.o $(B)/store.a $(B)/system.a $(B)/mail.a $(B)/tests/faults/fault.so $(B)/$(NAME)
	$(call say,LINK $@)$(CC) $(LINK) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

# Without the sanitizers, which it goes before.
$(B)/tests/faults/fault.so: tests/faults/fault.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC   $<)$(CC) -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARN) -fPIC -shared -o $@ $<

# A harness, which only Clang can link.
$(FUZZERS:%.c=$(B)/%): $(B)/%: $(B)/%.o $(FOLDERS:%=$(B)/%.a)
	$(call say,LINK $@)$(CC) $(LINK) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

# Other flags make other objects: they depend on a file that changes when the flags do.
$(B)/flags: force
	@mkdir -p $(B) && echo '$(subst ','\'',$(CC) $(COMPILE) $(LINK))' | cmp -s - $@ || \
		echo '$(subst ','\'',$(CC) $(COMPILE) $(LINK))' >$@

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC   $<)$(CC) $(COMPILE) -MMD -MP -c -o $@ $<

$(B)/share/%.c: share/%
	@mkdir -p $(@D)
	@{ echo '#include "mail/shipped.h"'; echo 'const char shipped_$(subst /,_,$(subst .,_,$*))[] ='; \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $<; echo ';'; } >$@

$(B)/share/%.o: $(B)/share/%.c
	$(call say,CC   share/$*)$(CC) $(COMPILE) -MMD -MP -c -o $@ $<

# 'apt-get' as root or through sudo; nothing is asked of it when all is there.
deps:
	@want=; for p in $(DEBS_BUILD) $(if $(filter build,$(DEPS)),,$(DEBS_CHECK)) $(if $(filter lint,$(DEPS)),$(DEBS_LINT)) $(if $(filter peers,$(DEPS)),$(DEBS_PEERS)); do \
		dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || want="$$want $$p"; \
	done; \
	test -n "$$want" || exit 0; \
	sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	echo "make deps: installing$$want"; \
	$$sudo apt-get update -q && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$want

demo:
	@$(MAKE) --no-print-directory deps DEPS=build
	@$(MAKE) --no-print-directory $(JOBS) all
	@B=$(abspath $(B)) share/demo

check:
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory $(JOBS) run-tests

# What was freed is kept from being used again by the sanitizer, 256 MB of it if one lets it: memory
# that is new each time costs a third of the time.  At the end once more what failed said.
run-tests: $(B)/$(NAME) $(BIN) $(BENCH:%.c=$(B)/%) $(STAGED) $(B)/quality $(SHOT)
	@rm -f $(B)/failed
	B=$(B) G_DEBUG=fatal-criticals ASAN_OPTIONS=quarantine_size_mb=16:$(ASAN_OPTIONS) LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 prove --exec tests/exec --timer $(if $(AT_ONCE),-j$(AT_ONCE)) $(if $(V),-v) $(BIN) $(SCRIPT) :: -k || \
		{ cat $(B)/failed 2>/dev/null; exit 1; }

# What the tests run of the folders where a mistake costs most.  Boxes are killed, and what ran in
# them does not count.
coverage:
	@$(MAKE) --no-print-directory deps
	@find $(B)/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) --no-print-directory $(JOBS) B=$(B)/coverage CFLAGS='-Og -g --coverage -fprofile-update=atomic' run-tests
	B=$(B)/coverage tests/coverage mail store release

# Small mistakes made one at a time where one costs most: how many the tests find.
mutants:
	@$(MAKE) --no-print-directory deps
	tests/mutants $(FILES)

bench: $(B)/$(NAME) $(BENCH:%.c=$(B)/%) $(STAGED)
	B=$(B) tests/bench/run

# An import beside notmuch, mu and a script, in turn.
bench-peers:
	@$(MAKE) --no-print-directory deps DEPS="build peers"
	@$(MAKE) --no-print-directory $(JOBS) $(B)/$(NAME) $(B)/tests/bench/generate $(B)/tests/bench/measure
	B=$(B) tests/bench/peers

# How well the score tells lures from other mail, and the points that do: from labelled mail.
quality: $(B)/quality
	B=$(B) tests/quality $(CORPUS)

# How many decisions campaigns save on the same mail, and what they mix.
campaigns: $(B)/$(NAME)
	B=$(B) tests/campaigns $(CORPUS)

weights: $(B)/quality
	B=$(B) tests/quality $(CORPUS) --write share/weights
	@$(MAKE) --no-print-directory $(B)/$(NAME)
	@B=$(B) UPDATE=1 tests/cli/man.t >/dev/null

# What reads bytes of others, under bytes that libFuzzer makes up: all of it is built with Clang
# in a folder of its own, and GCC has warned already.
FUZZ     ?= $(FUZZERS:tests/fuzz/fuzz_%.c=%)
FUZZ_B    = $(B)/fuzz/sanitize
FUZZ_WITH = CC=clang B=$(B)/fuzz SANITIZE=fuzzer-no-link,address,undefined WARN= WERROR= \
	    CFLAGS='-O1 -gline-tables-only' CPPFLAGS=-D__SANITIZE_ADDRESS__=1

fuzz:
	@$(MAKE) --no-print-directory deps DEPS="build lint"
	@$(MAKE) --no-print-directory $(JOBS) $(FUZZ_WITH) $(FUZZ:%=$(FUZZ_B)/tests/fuzz/fuzz_%)
	@B=$(FUZZ_B) MINUTES=$(MINUTES) RUNS=$(RUNS) AT_ONCE=$(AT_ONCE) tests/fuzz/run $(FUZZ)

# Killed, and failing, at every call; bits turned over in a thousand stores; eight writers for a minute.
faults: $(B)/$(NAME) $(FAULTS:%.c=$(B)/%) $(B)/tests/tui/test_flips
	@rm -f $(B)/failed
	B=$(B) POINTS=$(or $(POINTS),100000) FLIPS=$(or $(FLIPS),1000) WRITE=$(or $(WRITE),60) \
		prove --exec tests/exec --timer -v $(FAULTS:%.c=$(B)/%) $(B)/tests/tui/test_flips :: -k

screenshots: $(B)/$(NAME) $(SHOT)
	B=$(B) tests/screenshots/make share/screenshots

format:
	clang-format -i $(SRC) $(BESIDE) tests/faults/fault.c $(HDR)

lint:
	@echo '  clang-format' && clang-format --dry-run -Werror $(SRC) $(BESIDE) tests/faults/fault.c $(HDR)
	@echo '  cppcheck' && cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr --library=gtk -I. $(SRC)
	@echo '  clang-tidy' && printf '%s\n' $(SRC) | xargs -P $$(nproc) -n 8 sh -c \
		'clang-tidy --quiet --warnings-as-errors="*" "$$@" -- -std=c11 $(subst ',,$(subst ",\",$(ALL_CPP))) 2>/dev/null' -
	@echo '  mandoc' && mandoc -Tlint -Wwarning man/*

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7 \
		$(DESTDIR)$(PREFIX)/share/$(NAME) $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -m 755 $(B)/$(NAME) $(DESTDIR)$(PREFIX)/bin
	install -d $(DESTDIR)$(PREFIX)/share/$(NAME)/notices
	install -m 644 $(NOTICES:%=share/%) $(DESTDIR)$(PREFIX)/share/$(NAME)/notices
	install -m 644 $(patsubst %,share/%,$(filter-out $(NOTICES),$(SHIPPED))) share/$(NAME)-lmtp.service share/$(NAME)-rspamd.service \
		share/$(NAME)-import@.service $(DESTDIR)$(PREFIX)/share/$(NAME)
	$(B)/$(NAME) completions bash >$(B)/$(NAME).bash
	$(B)/$(NAME) completions zsh >$(B)/_$(NAME)
	install -m 644 $(B)/$(NAME).bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$(NAME)
	install -m 644 $(B)/_$(NAME) $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	for section in 1 5 7; do install -m 644 man/$(NAME).$$section $(DESTDIR)$(PREFIX)/share/man/man$$section; done

clean:
	$(RM) -r $(B)

force:

.PHONY: force all deps demo check run-tests fuzz faults format lint install clean bench bench-peers coverage mutants quality campaigns weights screenshots
.SECONDARY:
-include $(OBJ:.o=.d)
