/* redact_find.h - where a text names somebody, whatever it is encoded by; private to mail/ */
#ifndef MAIL_REDACT_FIND_H
#define MAIL_REDACT_FIND_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes of a text, to be replaced. */
typedef struct RedactSpan {
	size_t start, end;
	int person; /* whose number; 0 or REDACT_NOBODY: nobody's */
} RedactSpan;

enum {
	REDACT_NOBODY = -1, /* somebody who has no number */
};

/* One who is looked for. */
typedef struct Person {
	int number;
	char *local;      /* lower-case, without a +tag; NULL where only words are known */
	char *domain;     /* likewise */
	GPtrArray *words; /* of char *, lower-case: names, the local part; looked for as words */
	GPtrArray *exact; /* likewise: digests, looked for anywhere */
} Person;
Person *person_new(int number, const char *address);
void person_free(Person *person);
/* Words of @name that say who somebody is.  False: they are too many to be looked for. */
bool person_add_name(Person *person, const char *name);
/* How many are looked for, the address and digests among them. */
guint person_words(const Person *person);

typedef struct Sought {
	GPtrArray *people;  /* of Person */
	GPtrArray *domains; /* of char *, lower-case: everybody at these, and below them */
} Sought;

/* Adds what @text, of REDACT_LONGEST bytes at most, has of these to @spans (of RedactSpan), in no
 * order. */
void redact_find(const char *text, size_t length, const Sought *sought, GArray *spans);
/* Adds the tokens in its URLs. */
void redact_find_tokens(const char *text, size_t length, GArray *spans);
/* Adds those before the @ of an @address. */
void redact_find_local_tokens(const char *address, GArray *spans);

#endif
