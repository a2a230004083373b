# leadscore: the extension is built with PGXS.
#
#   make && make install && make installcheck     with the server's pg_config in PATH, or PG_CONFIG=...
#   make check                                    all tests, on a throw-away server; nothing is installed
#   make demo | bench | unit | fuzz | clean

# Files are named from here on, and looked for, where they are: not beside a VPATH.
ifeq (,$(wildcard leadscore.control))
$(error leadscore is built in the folder of its sources only: make -C $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST)))))
endif

PG_CONFIG ?= pg_config

# These goals bring what they need themselves (test/lib/setup.sh), so they must work on a machine without pg_config.
# PGXS has a "check" of its own that only refuses: it is not included when one of these goals is asked for.
PROJECT_GOALS := check demo bench unit fuzz

ifneq (,$(filter $(PROJECT_GOALS),$(MAKECMDGOALS)))

.PHONY: $(PROJECT_GOALS)
.NOTPARALLEL:
export PG_CONFIG

check:
	@test/lib/setup.sh check
	@test/run
unit:
	@test/lib/setup.sh unit
	@test/run unit
fuzz:
	@test/lib/setup.sh fuzz
	@test/run fuzz
demo:
	@test/lib/setup.sh demo
	@examples/demo/run
bench:
	@test/lib/setup.sh bench
	@bench/run

# Other goals beside them, as in "make clean check".
$(filter-out $(PROJECT_GOALS),$(MAKECMDGOALS)):
	@$(MAKE) $@

else

EXTENSION    := leadscore
EXTVERSION   := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" leadscore.control)
INSTALL_SQL  := sql/leadscore--$(EXTVERSION).sql
MODULE_big   := leadscore
SOURCES      := $(sort $(wildcard src/core/*.cpp src/pg/*.cpp))
OBJS         := $(SOURCES:.cpp=.o)
DATA         := $(filter-out $(INSTALL_SQL),$(wildcard sql/leadscore--*.sql))
DATA_built   := $(INSTALL_SQL)

REGRESS      := $(sort $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql)))
REGRESS_OUT  := build/regress
REGRESS_PREP := $(REGRESS_OUT)
REGRESS_OPTS := --inputdir=test --outputdir=$(REGRESS_OUT) --load-extension=leadscore --encoding=UTF8 --no-locale

PGXS     := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
PG_MAJOR := $(shell $(PG_CONFIG) --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')

# Eigen is headers only. Where it asserts, a server must not stop.
EIGEN_FLAGS  := $(or $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I eigen3 2>/dev/null)),-isystem /usr/include/eigen3) -DEIGEN_NO_DEBUG

# The server's headers count as system headers: they warn under -Wextra and C++17, and that is not ours to mend.
PG_CPPFLAGS  := -Isrc -isystem $(shell $(PG_CONFIG) --includedir-server 2>/dev/null) $(EIGEN_FLAGS) -MMD -MP
PG_CXXFLAGS  := -std=c++17 -Wall -Wextra -Wno-register -fvisibility=hidden -fvisibility-inlines-hidden
SHLIB_LINK   += -lstdc++
EXTRA_CLEAN  := build $(OBJS:.o=.d)

# Before 16 the server gives PGDLLEXPORT no meaning, and hidden visibility would hide the entry points too.
ifneq (,$(filter 10 11 12 13 14 15,$(PG_MAJOR)))
PG_CPPFLAGS  += -D'PGDLLEXPORT=__attribute__((visibility("default")))'
endif

# libstdc++ marks its templates visible whatever the flags say; two extensions must not bind to each other's copies.
ifeq (Linux,$(shell uname -s))
SHLIB_LINK   += -Wl,--version-script=leadscore.map
endif

# WERROR=1 is for our own tests: a newer compiler's new warning must not stop anybody's installation.
ifdef WERROR
PG_CXXFLAGS  += -Werror
endif

# For builds that are thrown away: debug information takes a quarter of the compiler's time.
ifdef NO_DEBUG
PG_CXXFLAGS  += -g0
endif

# Bitcode would be compiled by another compiler, without these flags, to inline functions that gain nothing from it.
override with_llvm := no

ifneq (,$(wildcard $(PGXS)))
include $(PGXS)
else
all install installcheck uninstall:
	@echo "leadscore: no usable pg_config: install the server's development files or say PG_CONFIG=/path/to/pg_config" >&2
	@exit 1
clean:
	rm -rf $(EXTRA_CLEAN) $(OBJS) $(INSTALL_SQL) leadscore.so
endif

.DELETE_ON_ERROR:

# What most files include is compiled once: half of the compiler's time. PRECOMPILED=no is for those who let ccache compile.
PRECOMPILED ?= yes
ifneq (no,$(PRECOMPILED))
build/precompiled/%.gch: src/%/precompiled.hpp
	@mkdir -p $(@D) && cp $< $(@:.gch=)
	$(COMPILE.cc) -x c++-header -o $@ $(@:.gch=)
define use_precompiled
$(filter src/$(1)/%,$(OBJS)): private override CXXFLAGS += -include build/precompiled/$(1)
$(filter src/$(1)/%,$(OBJS)): | build/precompiled/$(1).gch
-include build/precompiled/$(1).d
endef
$(foreach folder,core pg,$(eval $(call use_precompiled,$(folder))))
endif

# The script makes its schema itself (sql/05_schema.sql), so the server's own @extschema@ would be another one (leadscore.control).
$(INSTALL_SQL): $(sort $(wildcard sql/[0-9]*.sql)) Makefile
	@{ printf '%s\n' '\echo Use "CREATE EXTENSION leadscore" to load this file. \quit'; \
	   sed 's/@extschema@/leadscore/g' /dev/null $(filter sql/%,$^); } > $@

leadscore.so: leadscore.map

$(REGRESS_OUT):
	@mkdir -p $@

# -MMD wrote which headers each object was made from.
-include $(OBJS:.o=.d)

endif
