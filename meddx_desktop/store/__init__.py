"""What outlives the program: measurements, sealed with keys made from the images themselves."""
