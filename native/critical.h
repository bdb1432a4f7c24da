/* The one lock between the fault handler and whoever changes what it reads. Whoever holds it touches nothing that may fault: so
   no fault comes upon its own thread holding it, and the handler takes it only for faults, never for a signal that was sent.
   No JavaScript. */
#ifndef IO_MAPPING_CRITICAL_H
#define IO_MAPPING_CRITICAL_H

/* In the handler, too. */
void critical_enter(void);
void critical_leave(void);

#endif
