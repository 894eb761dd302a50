/* brands_private.h - how brands.c keeps a list for brand_find.c to search */
#ifndef MAIL_BRANDS_PRIVATE_H
#define MAIL_BRANDS_PRIVATE_H

#include "mail/brands.h"

/* One word of one brand. */
typedef struct BrandWord {
	char *word; /* in the form of words.h, without the outer blanks */
	size_t length;
	const Brand *brand;
	bool ordinary;
	bool written;  /* as it stands in the list; else two of its words made one */
	bool unspaced; /* of a script that sets no blanks between words */
} BrandWord;

/* What stands before the public suffix of one own domain. */
typedef struct BrandLabel {
	char *label;
	const Brand *brand;
	bool ordinary; /* a word of its own too: only look-alikes count, no slips of the pen */
} BrandLabel;

typedef struct BrandRow {
	Brand brand;
	char **words; /* as written, ~ and all */
} BrandRow;

struct Brands {
	GPtrArray *rows;         /* of BrandRow, in the order of the list */
	GArray *words;           /* of BrandWord, sorted by word */
	GArray *skeletons;       /* of BrandWord, as they look; long ones alone; sorted too */
	GArray *labels;          /* of BrandLabel */
	GHashTable *looks;       /* of Brand by a label's skeleton */
	GHashTable *spelt;       /* the labels themselves */
	GHashTable *own_domains; /* of every Brand: registrable domains */
	GHashTable *own_names;   /* the "name" of every "name.*" */
};

enum {
	BRAND_LONG_WORD = 6,   /* letters from which a name inside a longer word is no accident */
	BRAND_LONG_JOINED = 9, /* the same for words that were made one */
	BRAND_LONG_LABEL = 5,  /* letters from which one slip of the pen leaves a name known */
};

#endif
