/* shipped.h - the files below share/ that every lazaret carries within
 *
 * The Makefile makes one constant of each file it names in SHIPPED, so that the program
 * needs none of them beside it; a setting may name another file.
 */
#ifndef MAIL_SHIPPED_H
#define MAIL_SHIPPED_H

extern const char shipped_brands[];  /* share/brands */
extern const char shipped_weights[]; /* share/weights */
extern const char shipped_notices_staff_en[],
	shipped_notices_staff_ja[]; /* share/notices/staff.* */
extern const char shipped_notices_admins_en[], shipped_notices_admins_ja[];
extern const char shipped_notices_signs_en[], shipped_notices_signs_ja[];

#endif
