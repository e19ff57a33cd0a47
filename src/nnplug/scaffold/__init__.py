"""Packages for nnplug, written for authors: from a kind, or from a file that is a plugin already.

names : what package, module, component and class may be called
fresh : a package with a working example of its kind
existing : a package from a single file
package : what a package is made of, and the text of each of its files
author : who holds its copyright
write : all of its files, or none
templates/ : the files to read and to change
"""
